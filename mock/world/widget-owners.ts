/** The organizations of all widgets, deleted ones included, by the widget's id: visitors send no API key. */
export class WidgetOwners {
  readonly #organizationOf = new Map<string, string>();

  organizationOf(id: string): string | undefined {
    return this.#organizationOf.get(id);
  }

  add(id: string, organization: string): void {
    this.#organizationOf.set(id, organization);
  }

  delete(id: string): void {
    this.#organizationOf.delete(id);
  }
}
