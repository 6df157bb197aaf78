/** The first tasks whose name contains what is searched for. */
import { FindTasksDocument } from "./gql/graphql";
import { client } from "@/lib/client";

export async function findTasks(search: string, first: number) {
  const asked = { first, search: search.trim() || null };
  const { data } = await client.value.query(FindTasksDocument, asked).toPromise();
  return data?.tasks.nodes ?? [];
}
