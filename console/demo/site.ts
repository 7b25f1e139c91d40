/**
 * Lets the demo's page stand for a page of another origin: each request to the API names that origin. The mock believes it
 * only of pages that it has served itself, or of whoever has the control token.
 */
const origin = new URLSearchParams(location.search).get("origin");
const send = window.fetch.bind(window);

window.fetch = (input, init) => {
  const request = new Request(input, init);
  if (origin !== null) request.headers.set("Demo-Origin", origin);
  const token = sessionStorage.getItem("widgets-mock.token");
  if (token !== null) request.headers.set("Control-Token", token);
  return send(request);
};
