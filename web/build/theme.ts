/** How Nuxt UI's components look throughout; the colours themselves are in src/app/theme.css. */
import type { NuxtUIOptions } from "@nuxt/ui/unplugin";

/** Long words end before the cross, and what cannot be broken is cut off. */
const besideClose = {
  wrapper: "min-w-0 overflow-x-clip",
  title: "pe-8 wrap-anywhere",
  description: "pe-8 wrap-anywhere",
};

export const theme: NuxtUIOptions["ui"] = {
  colors: { primary: "indigo", neutral: "zinc" },
  button: {
    slots: { base: "font-medium cursor-pointer" },
    defaultVariants: { size: "sm" },
    // The library fades a button under the pointer until its text can hardly be read.
    compoundVariants: [
      { color: "primary", variant: "solid", class: "hover:bg-primary active:bg-primary" },
      { color: "error", variant: "solid", class: "hover:bg-error active:bg-error" },
    ],
  },
  formField: { slots: { error: "mt-1.5 text-sm", help: "mt-1.5 text-sm" } },
  input: { slots: { root: "w-full" } },
  textarea: { slots: { root: "w-full" } },
  select: { slots: { base: "w-full" } },
  selectMenu: { slots: { base: "w-full" } },
  slideover: {
    slots: { content: "max-w-xl", body: "sm:py-5", footer: "justify-end", ...besideClose },
  },
  modal: { slots: { content: "max-w-md", footer: "justify-end", ...besideClose } },
  tooltip: { slots: { content: "max-w-xs h-auto py-1.5 whitespace-normal" } },
};
