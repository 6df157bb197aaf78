/** The screens of agents. */
import type { RouteRecordRaw } from "vue-router";
import { AssignedTasks } from "@/features/assignments";

const form = () => import("./components/AgentForm.vue");

export const routes: RouteRecordRaw[] = [
  {
    path: "/agents",
    meta: { title: "Agents", nav: { icon: "i-lucide-bot", order: 1, group: "work" } },
    component: () => import("./components/AgentsPage.vue"),
    children: [
      { path: "new", component: form },
      { path: ":id", component: () => import("./components/AgentDrawer.vue"), props: true },
      { path: ":id/edit", component: form, props: true },
      { path: ":id/tasks", component: AssignedTasks, props: true },
      {
        path: ":id/history",
        component: () => import("./components/AgentHistory.vue"),
        props: true,
      },
    ],
  },
];
