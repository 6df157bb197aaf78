/** What others may use of instances. */
export type { InstanceFieldsFragment as Instance } from "./gql/graphql";
export { useInstances } from "./useInstances";
