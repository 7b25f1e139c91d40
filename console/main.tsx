import { render } from "preact";
import { App } from "./app.tsx";
import { openStream } from "./data/live.ts";

render(<App />, document.body);
openStream();
