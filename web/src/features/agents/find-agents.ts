/** The first agents whose name contains what is searched for. */
import { FindAgentsDocument } from "./gql/graphql";
import { client } from "@/lib/client";

export async function findAgents(search: string, first: number) {
  const asked = { first, search: search.trim() || null };
  const { data } = await client.value.query(FindAgentsDocument, asked).toPromise();
  return data?.agents.nodes ?? [];
}
