/** What every unit test has: a page without leftovers. */
import { cleanup } from "@testing-library/vue";
import { afterEach } from "vitest";

afterEach(cleanup);
