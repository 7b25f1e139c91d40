/** A family of metrics: what its `# TYPE` and `# HELP` say. */
interface Family {
  readonly type: string;
  readonly help: string;
}

interface Metric {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Metrics that were read. */
export interface ReadMetrics {
  readonly families: ReadonlyMap<string, Family>;
  /** The value with exactly these labels; undefined if there is none. */
  value(name: string, labels: Readonly<Record<string, string>>): number | undefined;
}

const namePattern = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const line = new RegExp(`^(${namePattern})(?:\\{(.*)\\})? (\\S+)$`);
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/gy;

/**
 * Reads Prometheus's text format 0.0.4, by its grammar: every value belongs to a family that was announced with type and
 * help, families are not mixed, no value is there twice, and histograms grow and end with their count.
 * @throws Error that quotes the line
 */
export function readMetrics(text: string): ReadMetrics {
  if (!text.endsWith("\n")) throw new Error("the last line must end with a line feed");
  const families = new Map<string, Family>();
  const metrics = new Map<string, Metric>();
  let [name, help] = ["", ""];
  for (const one of text.split("\n").filter((part) => part !== "")) {
    const [, helped, words = ""] = /^# HELP (\S+) (.+)$/.exec(one) ?? [];
    const [, typed, type = ""] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(one) ?? [];
    if (helped !== undefined) [name, help] = [helped, words];
    else if (typed !== undefined) {
      if (typed !== name || families.has(typed)) throw new Error(`a family is announced once, after its help: ${one}`);
      families.set(typed, { type, help });
    } else {
      const metric = readValue(one);
      const suffixes = families.get(name)?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!suffixes.some((suffix) => metric.name === name + suffix))
        throw new Error(`${one} does not belong to ${name}`);
      const address = addressOf(metric.name, metric.labels);
      if (metrics.has(address)) throw new Error(`${one} is there twice`);
      metrics.set(address, metric);
    }
  }
  checkHistograms([...metrics.values()]);
  return { families, value: (asked, labels) => metrics.get(addressOf(asked, labels))?.value };
}

function readValue(text: string): Metric {
  const [, name, labelTexts = "", number = ""] = line.exec(text) ?? [];
  if (name === undefined) throw new Error(`neither a comment nor a value: ${text}`);
  const found = [...labelTexts.matchAll(label)];
  if (found.map(([whole]) => whole).join("") !== labelTexts) throw new Error(`invalid labels: ${text}`);
  const value = number === "+Inf" ? Number.POSITIVE_INFINITY : Number(number);
  if (Number.isNaN(value) && number !== "Nan" && number !== "NaN") throw new Error(`invalid number: ${text}`);
  return { name, labels: Object.fromEntries(found.map(([, key = "", content = ""]) => [key, content])), value };
}

function checkHistograms(metrics: readonly Metric[]): void {
  const last = new Map<string, { readonly le: string; readonly value: number }>();
  for (const { name, labels, value } of metrics) {
    const { le, ...others } = labels;
    const address = addressOf(name.replace(/_(bucket|count)$/, ""), others);
    const before = last.get(address);
    if (name.endsWith("_bucket") && le !== undefined) {
      if (before && (value < before.value || Number(le.replace("+Inf", "Infinity")) <= Number(before.le)))
        throw new Error(`${address} shrinks at ${le}`);
      last.set(address, { le, value });
    } else if (name.endsWith("_count") && before && (before.le !== "+Inf" || before.value !== value))
      throw new Error(`${address} ends with another count`);
  }
}

function addressOf(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}
