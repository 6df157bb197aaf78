/** The first agents whose name contains what is searched for. */
import { client } from "@/lib/client";
import { FindAgentsDocument } from "./gql/graphql";

export async function findAgents(search: string, first: number) {
  const asked = { first, search: search.trim() || null };
  const { data } = await client.value.query(FindAgentsDocument, asked).toPromise();
  return data?.agents.nodes ?? [];
}
