/// <reference types="vite/client" />

declare module "*.vue" {
  import type { DefineComponent } from "vue";
  const component: DefineComponent;
  export default component;
}

declare module "virtual:introspection" {
  import type { CacheExchangeOpts } from "@urql/exchange-graphcache";
  const introspection: NonNullable<CacheExchangeOpts["schema"]>;
  export default introspection;
}

declare module "virtual:nuxt-ui-icons" {
  export function init(add: (name: string, data: never) => unknown): void;
}
