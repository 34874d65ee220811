/**
 * Channels of Millrace: events of Kafka topics in the browser, over a WebSocket or, if there is none, server-sent events.
 *
 *     const channels = new Channels("https://events.example/channels", { token: () => fetchToken() });
 *     channels.subscribe("import:5f1c", { onevent: show, onstate: (s) => s.recovered === false && load() });
 *
 * @typedef {{channel: string, position: string, id?: string, type?: string, time: number, data: any}} ChannelEvent
 * @typedef {{channel: string, recovered?: boolean, connected?: boolean, refused?: boolean, code?: number, reason?: string}} ChannelState
 *     recovered: false if events are missing, so that the page has to load its state; true if none is.
 *     connected: false if the connection is lost, with the code and reason of the server, if it has closed it.
 *     refused: the connection is not tried again.
 * @typedef {{onevent?: (event: ChannelEvent) => void, onstate?: (state: ChannelState) => void}} Handlers
 * @typedef {{token?: () => string | Promise<string>, storage?: Storage | null, silence?: number}} Options
 *     token: called for each connection, and before a token expires.
 *     storage: where positions are kept for a reload of the page; null for none.
 *     silence: after how many milliseconds without a frame a connection is given up; 2.4 heartbeats of the server.
 */

const FINAL = [4400, 4403, 4413];
const MIN = 500, MAX = 20000, FAILURES = 2;

/** Whether a position is not behind another one of the same partition. */
const isOld = (position, last) => {
  const [epoch, partition, offset] = position.split(":"), [e, p, o] = last.split(":");
  return epoch === e && partition === p && Number(offset) <= Number(o);
};

/** A handler that fails is reported like any other error of the page, and costs no later event. */
const call = (handler, argument) => {
  try {
    handler?.(argument);
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
};

const sessionPositions = () => {
  try {
    return globalThis.sessionStorage;
  } catch {
    return null; // A page may not be permitted to store.
  }
};

export class Channels {
  #url; #token; #storage; #silence;
  #subscriptions = new Map();
  #links = new Set();
  #failures = 0;
  #stream = false;
  #closed = false;

  /** @param {string} url of the listener @param {Options} [options] */
  constructor(url, { token, storage = sessionPositions(), silence = 60000 } = {}) {
    this.#url = new URL(url, globalThis.location?.href);
    this.#token = token;
    this.#storage = storage;
    this.#silence = silence;
    globalThis.addEventListener?.("online", this.#hurry);
    globalThis.document?.addEventListener("visibilitychange", this.#hurry);
  }

  /** Subscribes to a channel. @param {string} channel @param {Handlers} handlers @returns {() => void} ends the subscription */
  subscribe(channel, handlers) {
    const former = this.#subscriptions.get(channel);
    if (former) this.#end(former);
    const subscription = { channel, handlers, position: this.#read(channel) };
    this.#subscriptions.set(channel, subscription);
    this.#attach(subscription);
    return () => this.#subscriptions.get(channel) === subscription && this.#end(subscription);
  }

  /** Ends all subscriptions. Positions stay in the storage. */
  close() {
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.#hurry);
    globalThis.document?.removeEventListener("visibilitychange", this.#hurry);
    this.#subscriptions.clear();
    for (const link of this.#links) this.#drop(link);
  }

  #end(subscription) {
    this.#subscriptions.delete(subscription.channel);
    const link = subscription.link;
    if (link.only || !this.#subscriptions.size) this.#drop(link);
    else if (link.open) link.send({ unsubscribe: [subscription.channel] });
  }

  /** A WebSocket is for all subscriptions, a stream for one. */
  #attach(subscription) {
    let link = this.#stream ? null : [...this.#links][0];
    if (link?.open) {
      link.send({ subscribe: { [subscription.channel]: subscription.position } });
    } else if (!link) {
      link = { attempt: 0, only: this.#stream ? subscription : null };
      this.#links.add(link);
      this.#connect(link);
    }
    subscription.link = link;
  }

  #of(link) {
    return link.only ? [link.only] : [...this.#subscriptions.values()];
  }

  async #connect(link) {
    link.timer = null;
    const turn = (link.turn = {});
    this.#watch(link);
    try {
      const token = await this.#token?.();
      if (link.turn !== turn) return;
      await (link.only ? this.#fetch(link, turn, token) : this.#open(link, turn, token));
    } catch (error) {
      this.#lost(link, turn, undefined, String(error));
    }
  }

  #open(link, turn, token) {
    const url = new URL(this.#url);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (link.socket = new WebSocket(url, "millrace.v1"));
    link.send = (frame) => socket.send(JSON.stringify(frame));
    socket.onopen = () => {
      link.open = true;
      this.#failures = -Infinity; // Later failures are not those of a proxy without WebSockets.
      const positions = this.#of(link).map((each) => [each.channel, each.position]);
      link.send({ token, subscribe: Object.fromEntries(positions) });
    };
    socket.onmessage = ({ data }) => link.turn === turn && this.#receive(link, JSON.parse(data));
    socket.onclose = ({ code, reason }) => {
      if (!link.open && link.turn === turn && ++this.#failures >= FAILURES) this.#useStreams(link);
      else this.#lost(link, turn, code, reason);
    };
  }

  #useStreams(link) {
    this.#stream = true;
    this.#drop(link);
    for (const subscription of this.#subscriptions.values()) this.#attach(subscription);
  }

  async #fetch(link, turn, token) {
    const abort = (link.abort = new AbortController());
    const { channel, position } = link.only;
    const url = new URL(this.#url);
    url.searchParams.set("channel", channel);
    const headers = token ? { Authorization: "Bearer " + token } : {};
    if (position) headers["Last-Event-ID"] = position;
    const response = await fetch(url, { headers, signal: abort.signal, cache: "no-store" });
    if (!response.ok) {
      const { code, error } = await response.json();
      return this.#lost(link, turn, code, error);
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = "", code; ; ) {
      const { done, value } = await reader.read();
      if (link.turn !== turn) return;
      if (done) return this.#lost(link, turn, code);
      const events = (text + value).split("\n\n");
      text = events.pop();
      for (const event of events) {
        const fields = Object.fromEntries(event.split("\n").map((line) => line.split(/: (.*)/s)));
        const frame = fields.data ? JSON.parse(fields.data) : fields.id ? { positions: { [channel]: fields.id } } : {};
        if (fields.event === "closed") code = frame.code;
        else this.#receive(link, frame);
        if (link.turn !== turn) return;
      }
    }
  }

  #receive(link, frame) {
    this.#watch(link);
    const channel = frame.channel ?? frame.subscribed ?? frame.reset;
    const subscription = this.#subscriptions.get(channel);
    for (const [each, position] of Object.entries(frame.positions ?? {})) this.#keep(each, position);
    if (frame.expiring) return this.#renew(link);
    if (frame.moving) {
      link.timer ??= setTimeout(() => this.#again(link), frame.moving.after);
    }
    if (!subscription) return;
    if (frame.channel) {
      if (isOld(frame.position, subscription.position)) return;
      call(subscription.handlers.onevent, frame);
      this.#keep(channel, frame.position);
    } else {
      this.#keep(channel, frame.position);
      link.attempt = 0;
      call(subscription.handlers.onstate, { channel, connected: true, recovered: frame.recovered ?? false });
    }
  }

  async #renew(link) {
    if (link.only) return this.#again(link);
    const turn = link.turn;
    try {
      const token = await this.#token?.();
      if (link.turn === turn) link.send({ token });
    } catch {
      // The server ends the connection, and the next one gets a token.
    }
  }

  /** Connects again at once, behind the last position. */
  #again(link) {
    this.#detach(link);
    if (this.#links.has(link)) this.#connect(link);
  }

  #lost(link, turn, code, reason) {
    if (link.turn !== turn) return;
    this.#detach(link);
    const refused = FINAL.includes(code), all = this.#of(link);
    if (refused) {
      for (const { channel } of all) this.#subscriptions.delete(channel);
      this.#drop(link);
    }
    for (const { channel, handlers } of all) call(handlers.onstate, { channel, connected: false, refused, code, reason });
    if (!this.#links.has(link)) return;
    const limit = Math.min(MAX, MIN * 2 ** link.attempt++);
    link.timer = setTimeout(() => this.#connect(link), Math.random() * limit);
    link.waits = true;
  }

  /** Ends the connection of a link, whose frames are not received any more. */
  #detach(link) {
    link.turn = null;
    link.open = link.waits = false;
    clearTimeout(link.timer);
    clearTimeout(link.watch);
    link.timer = null;
    link.socket?.close();
    link.abort?.abort();
  }

  #drop(link) {
    this.#links.delete(link);
    this.#detach(link);
  }

  #watch(link) {
    clearTimeout(link.watch);
    const turn = link.turn;
    link.watch = setTimeout(() => this.#lost(link, turn, undefined, "silence"), this.#silence);
  }

  #hurry = () => {
    if (this.#closed || globalThis.document?.visibilityState === "hidden") return;
    for (const link of this.#links) if (link.waits) this.#again(link);
  };

  #key(channel) {
    return "millrace:" + this.#url.href + ":" + channel;
  }

  #read(channel) {
    return this.#storage?.getItem(this.#key(channel)) ?? "";
  }

  #keep(channel, position) {
    const subscription = this.#subscriptions.get(channel);
    if (!subscription) return;
    subscription.position = position;
    try {
      this.#storage?.setItem(this.#key(channel), position);
    } catch {
      // A full storage costs the resumption after a reload only.
    }
  }
}
