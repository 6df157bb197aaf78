/** What a run was sent and heard. It is much, so only whoever shows it asks for it. */
import { useQuery } from "@urql/vue";
import { computed, watch } from "vue";
import { RunRequestsDocument } from "./gql/graphql";

/** `landmarks` grows with each step of the run that may have sent or heard something. */
export function useRunRequests(id: () => string, landmarks: () => number) {
  const query = useQuery({ query: RunRequestsDocument, variables: () => ({ id: id() }) });

  function refetch(): void {
    query.executeQuery({ requestPolicy: "network-only" });
  }

  watch(landmarks, (now, before) => {
    if (now > before) refetch();
  });

  return {
    requests: computed(() => query.data.value?.run?.requests),
    error: query.error,
    refetch,
  };
}
