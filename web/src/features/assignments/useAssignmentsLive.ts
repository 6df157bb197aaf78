/** Keeps who is assigned what as it is now, also where it hangs on an agent or a task. */
import { useLive } from "@/lib/live";
import { WatchAssignmentsDocument } from "./gql/graphql";

export function useAssignmentsLive(): void {
  useLive(WatchAssignmentsDocument, {});
}
