/** All screens: each feature brings its own in `routes.ts`. */
import { nextTick } from "vue";
import { type RouteRecordRaw, type Router, createRouter, createWebHistory } from "vue-router";
import type { Role } from "@/lib/viewer";

declare module "vue-router" {
  interface RouteMeta {
    title?: string;
    /** Puts the screen into the sidebar and the palette. */
    nav?: { icon: string; order: number; group: "work" | "system"; role?: Role };
  }
}

const modules = import.meta.glob<{ routes: RouteRecordRaw[] }>("../features/*/routes.ts", {
  eager: true,
});

export const featureRoutes = Object.values(modules)
  .flatMap(({ routes }) => routes)
  .sort((a, b) => (a.meta?.nav?.order ?? 100) - (b.meta?.nav?.order ?? 100));

/** Reads the address, so the sign-in code is to be out of it by then. */
export function createAppRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: "/", redirect: () => featureRoutes[0]?.path ?? "/not-found" },
      ...featureRoutes,
      {
        path: "/:path(.*)*",
        meta: { title: "Page not found" },
        component: () => import("./NotFoundPage.vue"),
      },
    ],
  });

  router.afterEach(async (to, from) => {
    if (to.meta.title) document.title = `${to.meta.title} · Rota`;
    const isFirst = from.matched.length === 0;
    if (isFirst || to.matched[0] === from.matched[0]) return;
    // A new screen begins at its heading, also for those who hear it.
    await nextTick();
    document.querySelector<HTMLElement>("main h1")?.focus();
  });

  return router;
}
