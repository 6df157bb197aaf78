import { cleanup, configure, screen, within } from "@testing-library/vue";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { renderRoute } from "@/testing/render";
import JsonForm from "./components/JsonForm.vue";
import type { Draft } from "./draft";
import { remember } from "./memory";
import { type JsonForm as Form, useJsonForm } from "./useJsonForm";

const SCHEMA = {
  type: "object",
  required: ["message", "channel", "customer"],
  properties: {
    message: { type: "string", minLength: 3, description: "Word for word" },
    channel: { enum: ["post", "chat"] },
    urgent: { type: "boolean" },
    priority: { type: "integer", maximum: 5 },
    customer: {
      type: "object",
      required: ["email"],
      properties: { email: { type: "string", format: "email" } },
    },
    tags: { type: "array", items: { type: "string" } },
    labels: { type: "object", additionalProperties: { type: "string" } },
    anything: {},
  },
};

async function show(schema: unknown, key = "assignment"): Promise<Form> {
  let form: Form | undefined;
  const Page = defineComponent(() => {
    const made = useJsonForm(
      () => schema,
      () => key,
    );
    form = made;
    return () =>
      h(JsonForm, {
        schema,
        problems: made.problems.value,
        modelValue: made.draft.value,
        "onUpdate:modelValue": (draft: Draft) => {
          made.draft.value = draft;
        },
      });
  });
  await renderRoute([{ path: "/", component: Page }], "/");
  if (!form) throw new Error("no form");
  return form;
}

// A machine that is busy is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  sessionStorage.clear();
});

describe("a form made from a schema", () => {
  it("becomes the input that was filled in, and nothing else", async () => {
    const user = userEvent.setup();
    const form = await show(SCHEMA);
    await user.type(screen.getByLabelText(/^message/), "It is broken");
    await user.click(screen.getByRole("radio", { name: "chat" }));
    await user.click(screen.getByRole("radio", { name: "No" }));
    await user.type(screen.getByLabelText(/^priority/), "4");
    await user.type(screen.getByLabelText(/^email/), "ada@example.org");
    await user.click(screen.getByRole("button", { name: "Add an item to tags" }));
    await user.type(screen.getByLabelText(/^Item 1/), "export");
    await user.click(screen.getByRole("button", { name: "Add labels" }));
    await user.click(screen.getByRole("button", { name: "Add a property" }));
    await user.type(screen.getByLabelText(/^Name/), "team");
    await user.type(screen.getByLabelText(/^Value/), "blue");
    await user.type(screen.getByLabelText(/^anything/), "[[1, null]");
    expect(form.submit()).toEqual({
      value: {
        message: "It is broken",
        channel: "chat",
        urgent: false,
        priority: 4,
        customer: { email: "ada@example.org" },
        tags: ["export"],
        labels: { team: "blue" },
        anything: [1, null],
      },
    });
  });

  it("says at each field what is wrong, once somebody tried", async () => {
    const user = userEvent.setup();
    const form = await show(SCHEMA);
    await user.type(screen.getByLabelText(/^priority/), "9");
    expect(screen.queryByText("This is needed.")).toBeNull();
    expect(form.submit()).toBeNull();
    expect(await screen.findByText("At most 5.")).toBeTruthy();
    expect(screen.getByLabelText(/^message/).getAttribute("aria-invalid")).toBe("true");
    await user.type(screen.getByLabelText(/^message/), "ab");
    expect(await screen.findByText("At least 3 characters.")).toBeTruthy();
  });

  it("shows the server's problems at their fields, until something changes", async () => {
    const user = userEvent.setup();
    const form = await show(SCHEMA);
    form.refuse({ "customer.email": "Nobody is called so." });
    expect(await screen.findByText("Nobody is called so.")).toBeTruthy();
    await user.type(screen.getByLabelText(/^email/), "b");
    expect(screen.queryByText("Nobody is called so.")).toBeNull();
  });

  it("goes to JSON and back without a loss, and not with text that is none", async () => {
    const user = userEvent.setup();
    const form = await show(SCHEMA);
    const value = { message: "abc", priority: "high", extra: { a: [1] } };
    form.fill(value);
    await user.click(await screen.findByRole("button", { name: "Edit as JSON" }));
    const text = screen.getByLabelText("JSON");
    expect(JSON.parse((text as HTMLTextAreaElement).value)).toEqual(value);
    await user.type(text, "x");
    await user.click(screen.getByRole("button", { name: "Edit as a form" }));
    expect(screen.getByRole("alert").textContent).toContain("not JSON");
    await user.type(text, "{Backspace}");
    await user.click(screen.getByRole("button", { name: "Edit as a form" }));
    const misfit = screen.getByLabelText(/^priority/);
    expect((misfit as HTMLTextAreaElement).value).toBe('"high"');
  });

  it("removes and moves items without mixing them up", async () => {
    const user = userEvent.setup();
    const form = await show({ type: "object", properties: { tags: SCHEMA.properties.tags } });
    form.fill({ tags: ["a", "b", "c"] });
    const list = await screen.findByRole("group", { name: /^tags/ });
    await user.click(within(list).getByRole("button", { name: "Move Item 3 of tags up" }));
    await user.click(within(list).getByRole("button", { name: "Remove Item 1 of tags" }));
    expect(form.submit()).toEqual({ value: { tags: ["c", "b"] } });
  });
});

describe("free text", () => {
  it("is a text box, and must not be empty", async () => {
    const user = userEvent.setup();
    const form = await show(null);
    expect(form.submit()).toBeNull();
    await user.type(screen.getByLabelText(/^Input/), "Hello");
    expect(form.submit()).toEqual({ value: "Hello" });
  });
});

describe("what is remembered", () => {
  it("is what was typed, half-done numbers too, for its assignment alone", async () => {
    const user = userEvent.setup();
    await show(SCHEMA, "one");
    await user.type(screen.getByLabelText(/^priority/), "1e");
    cleanup();
    const { draft } = await show(SCHEMA, "one");
    expect(JSON.stringify(draft.value)).toContain('"text":"1e"');
    expect(JSON.stringify((await show(SCHEMA, "two")).draft.value)).not.toContain("1e");
  });

  it("fits itself into another schema", async () => {
    const first = await show(SCHEMA, "one");
    first.fill({ message: "abc", channel: "chat", customer: { email: "a@b.c" } });
    remember("one", SCHEMA, first.draft.value);
    const other = await show(
      { type: "object", properties: { message: { type: "string" } } },
      "one",
    );
    expect(other.submit()?.value).toMatchObject({ message: "abc", channel: "chat" });
  });
});
