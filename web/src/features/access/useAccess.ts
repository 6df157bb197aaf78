/** The tokens and sessions there are, and ending them. */
import { useQuery } from "@urql/vue";
import { useLive } from "@/lib/live";
import { useMutate } from "@/lib/mutate";
import { leave } from "@/lib/viewer";
import { confirm } from "@/ui/confirm";
import {
  ApiTokensDocument,
  RevokeApiTokenDocument,
  RevokeSessionDocument,
  SessionsDocument,
  type SessionsQuery,
  WatchAccessDocument,
} from "./gql/graphql";

type Session = SessionsQuery["sessions"][number];

export function useAccess() {
  const tokens = useQuery({ query: ApiTokensDocument, variables: {} });
  const sessions = useQuery({ query: SessionsDocument, variables: {} });
  useLive(WatchAccessDocument, {});
  const revoking = useMutate(RevokeApiTokenDocument, "revokeApiToken");
  const ending = useMutate(RevokeSessionDocument, "revokeSession");

  async function revokeToken({ id, name }: { id: string; name: string }): Promise<void> {
    await confirm({
      title: `Revoke ${name}?`,
      consequences:
        "Whatever uses this token is refused from now on, and its sessions and open connections end. This cannot be undone.",
      action: "Revoke token",
      tone: "error",
      act: async () => await revoking.run({ input: { id } }),
    });
  }

  async function endSession(session: Session): Promise<void> {
    await confirm({
      title: `Sign ${session.name} out?`,
      consequences: "That browser is signed out, and its open connections end.",
      action: "Sign out",
      tone: "error",
      act: async () => await ending.run({ input: { id: session.id } }),
    });
  }

  return { tokens, sessions, revokeToken, endSession, signOut: leave };
}
