import { useEffect, useState } from "preact/hooks";
import { apiDocument } from "../data/api-document.ts";
import { api, dataOf } from "../data/client.ts";
import { bodyOf, createFields, type FormField } from "../data/form-schema.ts";
import { goTo, linkTo } from "../data/route.ts";
import { apiKey } from "../data/session.ts";
import { Empty, ErrorNote, Prose, useAction } from "../parts/basics.tsx";
import { hasKey, openWorldDialog } from "../world-dialog.tsx";

const whyKey = "A widget belongs to an organization, which its API key names.";

/** The form of a new widget, made from the document's schema. What is left empty is not sent. */
export function CreateView() {
  const [form, setForm] = useState<HTMLFormElement | null>(null);
  useEffect(() => void hasKey(whyKey), []);
  const document = apiDocument.value;
  const fields = document ? createFields(document) : [];
  const create = async () => {
    if (!form || !(await hasKey(whyKey))) return;
    const body = bodyOf(fields, new FormData(form));
    const created = await dataOf(api.POST("/api/v1/widgets", { body: body as never }));
    goTo("widgets", (created as { readonly id: string }).id);
  };
  const { run, isBusy, error } = useAction(create);
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };
  if (!apiKey.value) {
    return (
      <Empty title="Which organization?">
        <button type="button" onClick={() => void openWorldDialog(whyKey)}>
          Give its API key
        </button>
      </Empty>
    );
  }
  return (
    <form class="card form" ref={setForm} onSubmit={submit} noValidate>
      <h1>Create a widget</h1>
      {fields.map((field) => (
        <Field key={field.path.join(".")} field={field} />
      ))}
      <ErrorNote error={error} />
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          Create
        </button>
        <a class="button" href={linkTo("widgets")}>
          Cancel
        </a>
      </div>
    </form>
  );
}

function Field({ field }: { readonly field: FormField }) {
  const { path, isRequired, description } = field;
  const name = path.join(".");
  return (
    <div class="field">
      <label for={name}>
        <span class="field-name">{name}</span> {isRequired && <span class="dim">required</span>}
      </label>
      <FieldInput field={field} name={name} />
      <p class="dim" id={`${name}-help`}>
        <Prose text={description} />
      </p>
    </div>
  );
}

function FieldInput({ field, name }: { readonly field: FormField; readonly name: string }) {
  const { kind, options, defaultText, isRequired } = field;
  const shared = { id: name, name, "aria-describedby": `${name}-help`, required: isRequired };
  const placeholder = defaultText || (isRequired ? (options[0] ?? "") : "");
  if (kind === "choice" || kind === "switch") {
    return (
      <select {...shared}>
        <option value="">{defaultText === "" ? "" : `default: ${defaultText}`}</option>
        {(kind === "switch" ? ["true", "false"] : options).map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    );
  }
  if (kind === "long-text") return <textarea {...shared} rows={3} placeholder={placeholder} />;
  if (kind === "lines") return <textarea {...shared} rows={2} placeholder="One on each line" />;
  if (kind === "number") return <input {...shared} type="number" placeholder={placeholder} />;
  if (options.length === 0) return <input {...shared} type="text" placeholder={placeholder} />;
  return (
    <>
      <input {...shared} type="text" placeholder={placeholder} list={`${name}-examples`} />
      <datalist id={`${name}-examples`}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </>
  );
}
