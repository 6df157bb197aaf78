/** What the palette offers about agents. */
import type { Command } from "@/app/commands";
import { FindAgentsDocument } from "@/gql/graphql";
import { client } from "@/lib/client";

export const commands: Command[] = [
  {
    label: "New agent",
    icon: "i-lucide-plus",
    group: "Create",
    to: "/agents/new",
    role: "EDITOR",
  },
];

export async function search(term: string): Promise<Command[]> {
  const asked = { first: 5, search: term || null };
  const { data } = await client.value.query(FindAgentsDocument, asked).toPromise();
  return (data?.agents.nodes ?? []).map(({ id, name }) => ({
    label: name,
    suffix: "Agent",
    icon: "i-lucide-bot",
    group: "Go to",
    to: `/agents/${id}`,
  }));
}
