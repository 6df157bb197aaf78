/** GraphiQL, served by Rota itself and signed in by the same session. */
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./inline-styles";
import { createRoot } from "react-dom/client";
import { samples } from "./operations";
import { Refusal, fetchViewer } from "../src/lib/session";
import { fetcher } from "./fetcher";
import { storage } from "./storage";
import "./style.css";

// Without this, the editor marks objects in a JSON variable as mistakes.
const CUSTOM_SCALARS = { JSON: {} };

function show(root: HTMLElement): void {
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      plugins={[HISTORY_PLUGIN]}
      defaultTabs={samples}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled={false}
      customScalarSchemas={CUSTOM_SCALARS}
      schemaDescription
    >
      <GraphiQL.Logo>
        <a href="/">Rota</a>
      </GraphiQL.Logo>
    </GraphiQL>,
  );
}

async function open(root: HTMLElement): Promise<void> {
  try {
    if (await fetchViewer()) show(root);
    else location.replace("/");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    root.setAttribute("role", "alert");
    root.textContent = error.message;
  }
}

const root = document.getElementById("graphiql");
if (root) void open(root);
