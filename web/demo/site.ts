// On every page: who is signed in, beside the menu; and the coverage check where there is one.
import { whoIsSignedIn } from "./company";
import { coverage } from "./coverage";

const account = document.querySelector<HTMLAnchorElement>("[data-account]");
whoIsSignedIn().then(
  ({ name }) => {
    if (account === null) return;
    account.textContent = name === null ? "Sign in" : name;
    account.href = name === null ? "/sign-in" : "/account";
    account.setAttribute("aria-label", name === null ? "Sign in" : `My account, ${name}`);
  },
  () => undefined,
);

const form = document.querySelector<HTMLFormElement>("[data-coverage]");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const answer = form.querySelector("[data-coverage-answer]");
  if (answer !== null) answer.textContent = coverage(String(new FormData(form).get("postcode")));
});
