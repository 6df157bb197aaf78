/** Keeps every provider as it is now, wherever it shows. */
import { WatchProvidersDocument } from "./gql/graphql";
import { useLive } from "@/lib/live";

export function useProvidersLive(): void {
  useLive(WatchProvidersDocument, {});
}
