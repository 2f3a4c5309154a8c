// The supervisor's board.
import { render } from "preact";
import "../shared/styles/tokens.css";
import "../shared/styles/base.css";
import { keepFocus } from "../shared/lib/focus";
import { listenForShortcuts } from "../shared/lib/shortcuts";
import { startTheme } from "../shared/lib/theme";
import { Gate } from "../shared/session/Gate";
import { boardRoles } from "../shared/session/session";
import { Pages } from "./Pages";

startTheme();
listenForShortcuts();
keepFocus();

const app = document.getElementById("app");
if (app) {
  render(
    <Gate page="board" roles={boardRoles}>
      {(me) => <Pages me={me} />}
    </Gate>,
    app,
  );
}
