/** Starts the web app. */
import { addIcon } from "@iconify/vue";
import urql from "@urql/vue";
import { createApp } from "vue";
import { init as addIcons } from "virtual:nuxt-ui-icons";
import App from "./app/App.vue";
import { cacheParts } from "./app/cache";
import { applyColorMode } from "./app/color-mode";
import { createAppRouter } from "./app/router";
import "./app/theme.css";
import { client, startClient, whenRefused } from "./lib/client";
import { enter, expire } from "./lib/viewer";

applyColorMode();
// Every icon comes with the page; none is asked for elsewhere.
addIcons(addIcon);
startClient(cacheParts);
whenRefused(expire);
void enter();

const router = createAppRouter();
addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#code=")) return;
  void enter();
  // The router remembers the address too.
  void router.replace({ path: location.pathname, hash: "" });
});

createApp(App).use(router).use(urql, client).mount("#app");
