// A supervisor at the board: what its live subscription carries, and when the screen shows it.
import { signInAsStaff } from "./agent.mjs";

export class Supervisor {
  constructor(page, desk) {
    this.page = page;
    this.desk = desk;
    this.contacts = new Map();
    this.agents = new Map();
    this.bookings = new Map();
    this.waiting = new Set();
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => this.#heard(payload)));
  }

  signIn(login, password) {
    return signInAsStaff(this.page, `${this.desk}/board`, login, password);
  }

  #heard(frame) {
    const { payload } = JSON.parse(String(frame));
    const board = payload?.data?.board;
    if (board === undefined) return;
    const kinds = { contact: this.contacts, agent: this.agents, booking: this.bookings };
    if (board.snapshot) for (const rows of Object.values(kinds)) rows.clear();
    for (const row of board.contacts) this.contacts.set(row.id, row);
    for (const row of board.agents) this.agents.set(row.id, row);
    for (const row of board.bookings) this.bookings.set(row.id, row);
    for (const { kind, id } of board.gone) kinds[kind]?.delete(id);
    for (const look of this.waiting) look();
  }

  /** The first row that fits, now or when it comes over the subscription. */
  #until(what, rows, fits) {
    return new Promise((found, missed) => {
      const late = setTimeout(() => {
        this.waiting.delete(look);
        missed(new Error(`the board's subscription never carried ${what}; it has ${JSON.stringify([...rows.values()])}`));
      }, 15_000);
      const look = () => {
        const row = [...rows.values()].find(fits);
        if (row === undefined) return;
        clearTimeout(late);
        this.waiting.delete(look);
        found(row);
      };
      this.waiting.add(look);
      look();
    });
  }

  contact(customerName, state) {
    return this.#until(`${customerName} ${state}`, this.contacts, (row) => row.customerName === customerName && row.state === state);
  }

  agent(name, status) {
    return this.#until(`${name} ${status}`, this.agents, (row) => row.name === name && row.status === status);
  }

  booking(customerName, agentName) {
    return this.#until(`a booking of ${agentName} for ${customerName}`, this.bookings, (row) => row.customerName === customerName && row.agentName === agentName);
  }

  /** Today's trend in words: a row for each interval with anything in it. */
  async trend() {
    await this.page.locator(".trend-figures tbody tr").first().waitFor({ state: "attached" });
    return this.page.locator(".trend-figures tbody").textContent();
  }

  /** Waits until the trend has these very rows. */
  showsTrend(rows) {
    return this.page.locator(".trend-figures tbody").filter({ hasText: rows }).waitFor({ state: "attached" });
  }

  /** Waits until the screen shows a customer's contact under this state's word, or an agent under this status's. */
  shows(name, word) {
    const rows = this.page.locator(".area-contacts [role=row], .area-agents .agent");
    return rows.filter({ hasText: name }).filter({ hasText: word }).first().waitFor();
  }
}
