/** Toasts, only for what happened elsewhere than where the person looks. */
import { useToast } from "@nuxt/ui/composables";

export function useNotices() {
  const toast = useToast();
  return {
    failed(title: string, description: string) {
      toast.add({ title, description, color: "error", icon: "i-lucide-circle-alert" });
    },
    told(title: string, description?: string) {
      toast.add({ title, ...(description ? { description } : {}), color: "neutral" });
    },
  };
}
