/** What the sidebar and the palette lead to, for the role that is signed in. */
import { computed } from "vue";
import { can, useViewer } from "@/lib/viewer";
import { featureRoutes } from "./router";

export interface Destination {
  label: string;
  icon: string;
  path: string;
  group: "work" | "system";
}

export function useNavigation() {
  const { viewer } = useViewer();
  return computed<Destination[]>(() =>
    featureRoutes.flatMap(({ path, meta }) => {
      if (!viewer.value || !meta?.nav || (meta.nav.role && !can(meta.nav.role))) return [];
      const { icon, group } = meta.nav;
      return [{ label: meta.title ?? path, icon, path, group }];
    }),
  );
}
