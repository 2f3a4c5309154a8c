// The agent's desk.
import { render } from "preact";
import "../shared/styles/tokens.css";
import "../shared/styles/base.css";
import { keepFocus } from "../shared/lib/focus";
import { listenForShortcuts } from "../shared/lib/shortcuts";
import { startTheme } from "../shared/lib/theme";
import { Gate } from "../shared/session/Gate";
import { Desk } from "./Desk";

startTheme();
listenForShortcuts();
keepFocus();

const app = document.getElementById("app");
if (app) {
  render(
    <Gate page="desk" roles={["AGENT"]}>
      {() => <Desk />}
    </Gate>,
    app,
  );
}
