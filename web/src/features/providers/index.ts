/** What others may use of providers. */
export { default as ProviderFilter } from "./components/ProviderFilter.vue";
export { default as ProviderState } from "./components/ProviderState.vue";
export { useProviderChoice } from "./useProviderChoice";
export { useProvidersLive } from "./useProvidersLive";
