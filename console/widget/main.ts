import { EmbeddedWidget } from "./embedded-widget.ts";
import { visitorApi } from "./visitor-api.ts";

/** The one global that the script adds: the widgets of the page, by their ids. */
interface WidgetEmbeds {
  /** Embeds a widget; a second one with the same id is ignored. */
  add(id: string, script: HTMLScriptElement): void;
  open(id: string): void;
  close(id: string): void;
  /** Takes a widget out of the page. */
  remove(id: string): void;
}

declare global {
  interface Window {
    WidgetEmbeds?: WidgetEmbeds;
  }
}

/** The attribute of the script tag that names the widget; `npm run generate` puts it in from the document. */
declare const widgetAttribute: string;

function createEmbeds(): WidgetEmbeds {
  const widgets = new Map<string, EmbeddedWidget>();
  const embed = (id: string, script: HTMLScriptElement) => {
    if (widgets.has(id)) return;
    const widget = new EmbeddedWidget(visitorApi(new URL(".", script.src).href, id), id, script);
    widgets.set(id, widget);
    void widget.load();
  };
  return {
    add(id, script) {
      if (document.body) embed(id, script);
      else document.addEventListener("DOMContentLoaded", () => embed(id, script), { once: true });
    },
    open: (id) => widgets.get(id)?.open(),
    close: (id) => widgets.get(id)?.close(),
    remove(id) {
      widgets.get(id)?.remove();
      widgets.delete(id);
    },
  };
}

const script = document.currentScript;
const id = script?.getAttribute(widgetAttribute);
if (script instanceof HTMLScriptElement && id) {
  window.WidgetEmbeds ??= createEmbeds();
  window.WidgetEmbeds.add(id, script);
} else console.error(`The script tag of a widget needs the attribute ${widgetAttribute} with the widget's id.`);
