/** Keeps every provider as it is now, wherever it shows. */
import { useLive } from "@/lib/live";
import { WatchProvidersDocument } from "./gql/graphql";

export function useProvidersLive(): void {
  useLive(WatchProvidersDocument, {});
}
