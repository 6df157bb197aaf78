/** What can be run as long as nothing has: the first assignment there is. */
import { useQuery } from "@urql/vue";
import { computed } from "vue";
import { FirstRunDocument, type FirstRunQuery } from "./gql/graphql";

export type FirstAssignment = FirstRunQuery["assignments"]["nodes"][number];

export function useFirstRun(isWanted: () => boolean) {
  const { data, fetching } = useQuery({
    query: FirstRunDocument,
    variables: {},
    pause: () => !isWanted(),
  });
  return {
    assignment: computed<FirstAssignment | undefined>(() =>
      isWanted() && data.value?.runs.nodes.length === 0
        ? data.value.assignments.nodes[0]
        : undefined,
    ),
    isLoading: computed(() => isWanted() && fetching.value && !data.value),
  };
}
