/** The first providers whose name contains what is searched for. */
import { client } from "@/lib/client";
import { ProvidersDocument } from "./gql/graphql";

export async function findProviders(search: string, first: number) {
  const asked = { first, search: search.trim() || null };
  const { data } = await client.value.query(ProvidersDocument, asked).toPromise();
  return data?.providers.nodes ?? [];
}
