// The door to every staff page.
import { useEffect, useRef, useState } from "preact/hooks";
import { Mark } from "../ui/Bar";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { demoLogins, signIn, type DemoLogin } from "./session";
import { say } from "../words/say";
import "./sign-in.css";

export function SignIn({ to, expired }: { to: "desk" | "board" | "graphiql"; expired: boolean }) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [demo, setDemo] = useState<DemoLogin[]>([]);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    first.current?.focus();
    void demoLogins().then(setDemo);
  }, []);
  const go = async (with_: { login: string; password: string }) => {
    setBusy(true);
    setWrong(await signIn(with_.login, with_.password));
    setBusy(false);
  };
  return (
    <main class="sign-in">
      <form
        class="sign-in-card"
        onSubmit={(event) => {
          event.preventDefault();
          void go({ login, password });
        }}
      >
        <header>
          <Mark size={32} />
          <h1>{say("staff.signin.title", { page: say(`staff.signin.to.${to}`) })}</h1>
        </header>
        {expired && (
          <p class="sign-in-note">
            <Icon name="clock" />
            {say("staff.signin.expired")}
          </p>
        )}
        <Field label={say("staff.signin.login")}>
          {(id) => (
            <input
              {...id}
              ref={first}
              class="input"
              autocomplete="username"
              autocapitalize="none"
              required
              value={login}
              onInput={(event) => setLogin(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={say("staff.signin.password")} wrong={wrong}>
          {(id) => (
            <input
              {...id}
              class="input"
              type="password"
              autocomplete="current-password"
              required
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={busy} disabled={busy}>
          {say("staff.signin.go")}
        </Button>
        {demo.length > 0 && (
          <section class="sign-in-demo">
            <h2>{say("staff.signin.demo")}</h2>
            <ul>
              {demo.map((one) => (
                <li key={one.login}>
                  <button type="button" onClick={() => void go(one)}>
                    <strong>{one.login}</strong>
                    <span>{one.what}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </form>
    </main>
  );
}
