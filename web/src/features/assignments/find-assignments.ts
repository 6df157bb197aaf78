/** The first assignments with what is searched for in the name of their agent or their task. */
import { client } from "@/lib/client";
import { FindAssignmentsDocument } from "./gql/graphql";

/** Of those that take runs alone where `isActive` is true. */
export async function findAssignments(search: string, isActive?: true) {
  const asked = { search: search.trim() || null, isActive: isActive ?? null };
  const { data } = await client.value.query(FindAssignmentsDocument, asked).toPromise();
  return data?.assignments.nodes ?? [];
}
