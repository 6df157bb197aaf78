/** What is shown of assignments at an address of another feature. */
export const AssignedTasks = () => import("./components/AssignedTasks.vue");
