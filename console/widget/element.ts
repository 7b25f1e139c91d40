type Attributes = Readonly<Record<string, string>>;

/** Creates an element with properties, attributes and children. A string is a text, never markup. */
export function createElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  {
    attributes = {},
    ...properties
  }: Omit<Partial<HTMLElementTagNameMap[Tag]>, "attributes"> & {
    readonly attributes?: Attributes;
  },
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The lines of each icon, on 24 by 24. */
const icons = {
  chat: "M21 12a8 8 0 0 1-8 8H4l2-3.2A8 8 0 1 1 21 12Z",
  close: "M6 6l12 12M18 6 6 18",
  send: "M5 12h14M13 6l6 6-6 6",
  restart: "M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",
};

/** Creates an icon, which has no meaning of its own for a screen reader. */
export function createIcon(name: keyof typeof icons): SVGSVGElement {
  const create = <Tag extends keyof SVGElementTagNameMap>(tag: Tag, attributes: Attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const icon = create("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  icon.append(create("path", { d: icons[name] }));
  return icon;
}
