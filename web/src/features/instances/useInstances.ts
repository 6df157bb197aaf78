/** Every live instance in the workers, as it changes. */
import { useQuery } from "@urql/vue";
import { computed } from "vue";
import { useLive } from "@/lib/live";
import { AgentInstancesDocument, WatchInstancesDocument } from "./gql/graphql";

export function useInstances() {
  const query = useQuery({ query: AgentInstancesDocument, variables: {} });
  useLive(WatchInstancesDocument, {});
  return {
    /** Nothing until they are known. */
    instances: computed(() => query.data.value?.agentInstances),
    error: query.error,
    reload: () => void query.executeQuery(),
  };
}
