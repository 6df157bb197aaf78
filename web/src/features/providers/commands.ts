/** What the palette offers about providers. */
import type { Command } from "@/app/commands";
import { ProvidersDocument } from "@/gql/graphql";
import { client } from "@/lib/client";

export const commands: Command[] = [
  {
    label: "New provider",
    icon: "i-lucide-plus",
    group: "Create",
    to: "/providers/new",
    role: "OWNER",
  },
];

export async function search(term: string): Promise<Command[]> {
  const asked = { first: 5, search: term || null };
  const { data } = await client.value.query(ProvidersDocument, asked).toPromise();
  return (data?.providers.nodes ?? []).map(({ id, name }) => ({
    label: name,
    suffix: "Provider",
    icon: "i-lucide-plug",
    group: "Go to",
    to: `/providers/${id}`,
  }));
}
