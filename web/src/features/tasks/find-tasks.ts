/** The first tasks whose name contains what is searched for. */
import { client } from "@/lib/client";
import { FindTasksDocument } from "./gql/graphql";

export async function findTasks(search: string, first: number) {
  const asked = { first, search: search.trim() || null };
  const { data } = await client.value.query(FindTasksDocument, asked).toPromise();
  return data?.tasks.nodes ?? [];
}
