// The demo's sign-in: choosing a customer is signing in.
import { signIn } from "./company";

const list = document.querySelector("#customers");
const problem = document.querySelector("#sign-in-problem");

function choice({ id, name, contract }: { id: string; name: string; contract: string }): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const title = document.createElement("strong");
  const about = document.createElement("span");
  title.textContent = name;
  about.textContent = `${id}, ${contract.charAt(0).toUpperCase()}${contract.slice(1)} contract`;
  button.type = "button";
  button.dataset.private = "";
  button.append(title, about);
  button.addEventListener("click", () => {
    signIn(id).then(
      () => location.assign("/account"),
      (cause: unknown) => {
        if (problem !== null) problem.textContent = cause instanceof Error ? cause.message : String(cause);
      },
    );
  });
  item.append(button);
  return item;
}

addEventListener("DOMContentLoaded", () => {
  const customers = window.brightwater?.customers ?? [];
  if (customers.length > 0) list?.replaceChildren(...customers.map(choice));
  else if (list !== null) list.innerHTML = "<li>The list of customers did not load. Please reload the page.</li>";
});
