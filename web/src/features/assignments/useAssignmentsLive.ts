/** Keeps who is assigned what as it is now, also where it hangs on an agent or a task. */
import { WatchAssignmentsDocument } from "./gql/graphql";
import { useLive } from "@/lib/live";

export function useAssignmentsLive(): void {
  useLive(WatchAssignmentsDocument, {});
}
