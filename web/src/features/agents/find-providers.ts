/** Providers whose name contains what was typed. */
import { type ProviderFieldsFragment, ProvidersDocument } from "@/gql/graphql";
import { client } from "@/lib/client";

export async function findProviders(search: string): Promise<ProviderFieldsFragment[]> {
  const asked = { first: 20, search: search.trim() || null };
  const { data } = await client.value.query(ProvidersDocument, asked).toPromise();
  return data?.providers.nodes ?? [];
}
