/** What every unit test has: the icons of the app, and a page without leftovers. */
import { addIcon } from "@iconify/vue";
import { cleanup } from "@testing-library/vue";
import { init as addIcons } from "virtual:nuxt-ui-icons";
import { afterEach } from "vitest";

// One that is missing would be asked for over the network.
addIcons(addIcon);

afterEach(cleanup);
