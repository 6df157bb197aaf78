/** The screens of tasks. */
import type { RouteRecordRaw } from "vue-router";

const form = () => import("./components/TaskForm.vue");

export const routes: RouteRecordRaw[] = [
  {
    path: "/tasks",
    meta: { title: "Tasks", nav: { icon: "i-lucide-clipboard-list", order: 2, group: "work" } },
    component: () => import("./components/TasksPage.vue"),
    children: [
      { path: "new", component: form },
      { path: ":id", component: () => import("./components/TaskDrawer.vue"), props: true },
      { path: ":id/edit", component: form, props: true },
      {
        path: ":id/history",
        component: () => import("./components/TaskHistory.vue"),
        props: true,
      },
    ],
  },
];
