import type { ComponentType } from "preact";
import { isAdmin } from "./data/mock-state.ts";
import { AssumptionsView } from "./views/assumptions-view.tsx";
import { CoverageView } from "./views/coverage-view.tsx";
import { CreateView } from "./views/create-view.tsx";
import { FaultsView } from "./views/faults-view.tsx";
import { OrganizationsView } from "./views/organizations-view.tsx";
import { RequestsView } from "./views/requests-view.tsx";
import { TimeView } from "./views/time-view.tsx";
import { WebhooksView } from "./views/webhooks-view.tsx";
import { WidgetsView } from "./views/widgets-view.tsx";
import { WorldsView } from "./views/worlds-view.tsx";

/** A view of the console. */
export interface ConsoleView {
  readonly title: string;
  /** False for a view that another one leads to, or that not everybody may use (default true). */
  readonly isInNavigation?: () => boolean;
  /** @param item what the address names behind the view */
  readonly View: ComponentType<{ readonly item: string | undefined }>;
}

/** The views by the names in their addresses, in the order of the navigation. */
export const views: { readonly [name: string]: ConsoleView } = {
  widgets: { title: "Widgets", View: WidgetsView },
  create: { title: "Create a widget", View: CreateView, isInNavigation: () => false },
  requests: { title: "Requests", View: RequestsView },
  webhooks: { title: "Webhooks", View: WebhooksView },
  time: { title: "Time", View: TimeView },
  faults: { title: "Faults", View: FaultsView },
  assumptions: { title: "Assumptions", View: AssumptionsView },
  coverage: { title: "Coverage", View: CoverageView },
  worlds: { title: "Worlds", View: WorldsView },
  organizations: { title: "Organizations", View: OrganizationsView, isInNavigation: () => isAdmin.value === true },
};
