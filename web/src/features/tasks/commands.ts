/** What the palette offers about tasks. */
import type { Command } from "@/app/commands";
import { FindTasksDocument } from "@/gql/graphql";
import { client } from "@/lib/client";

export const commands: Command[] = [
  { label: "New task", icon: "i-lucide-plus", group: "Create", to: "/tasks/new", role: "EDITOR" },
];

export async function search(term: string): Promise<Command[]> {
  const asked = { first: 5, search: term || null };
  const { data } = await client.value.query(FindTasksDocument, asked).toPromise();
  return (data?.tasks.nodes ?? []).map(({ id, name }) => ({
    label: name,
    suffix: "Task",
    icon: "i-lucide-clipboard-list",
    group: "Go to",
    to: `/tasks/${id}`,
  }));
}
