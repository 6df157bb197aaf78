/** Starts the web app. */
import { addIcon } from "@iconify/vue";
import urql from "@urql/vue";
import { createApp } from "vue";
import { init as addIcons } from "virtual:nuxt-ui-icons";
import App from "./app/App.vue";
import { applyColorMode } from "./app/color-mode";
import { router } from "./app/router";
import "./app/theme.css";
import { client, whenRefused } from "./lib/client";
import { enter, expire } from "./lib/viewer";

applyColorMode();
// Every icon comes with the page; none is asked for elsewhere.
addIcons(addIcon);
whenRefused(expire);
void enter();
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#code=")) void enter();
});

createApp(App).use(router).use(urql, client).mount("#app");
