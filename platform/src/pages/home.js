// Watches payment events over graphql-transport-ws with the browser's own WebSocket. After a break it goes on from the last cursor.
const LISTED = 25;
const SUBSCRIPTION = `subscription ($after: String) {
  paymentEvents(after: $after) {
    cursor name at
    payment { standIn amount notice { creditorFiscalCode noticeNumber creditor { name } } }
  }
}`;
const element = (id) => document.getElementById(id);
const counts = { standard: 0, 'stand-in': 0, failed: 0 };
let cursor = null;
let socket = null;
let token = '';

fetch('/health/ready')
  .then((response) => response.json())
  .then(
    (health) =>
      (element('health').textContent = health.status === 'ready' ? 'ready' : `not ready: ${(health.waitingFor ?? []).join(', ')}`),
  )
  .catch(() => (element('health').textContent = 'not reachable'));

element('watch').addEventListener('submit', (event) => {
  event.preventDefault();
  token = element('token').value.trim();
  cursor = null;
  socket?.close(1000);
  watch();
});

function watch() {
  const here = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, 'graphql-transport-ws');
  socket = here;
  const say = (message) => here.send(JSON.stringify(message));
  here.onopen = () => say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  here.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'connection_ack') {
      element('state').textContent = 'Watching.';
      say({ id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION, variables: { after: cursor } } });
    } else if (message.type === 'ping') say({ type: 'pong' });
    else if (message.type === 'next' && message.payload.data) show(message.payload.data.paymentEvents);
    else if (message.type === 'error' || message.payload?.errors) stop((message.payload.errors ?? message.payload)[0].message);
  };
  here.onclose = ({ code, reason }) => {
    if (socket !== here || code === 1000) return;
    if (code >= 4400 && code < 4500) return stop(reason || `The connection was refused (${code}).`);
    element('state').textContent = 'The connection broke; trying again …';
    setTimeout(() => socket === here && watch(), 2000);
  };
}

function stop(reason) {
  element('state').textContent = `Not watching: ${reason}`;
  const ended = socket;
  socket = null;
  ended?.close(1000);
}

function show({ cursor: next, name, at, payment }) {
  cursor = next;
  if (name === 'payment.booked') counts[payment?.standIn ? 'stand-in' : 'standard'] += 1;
  if (name === 'payment.failed' || name === 'payment.cancelled') counts.failed += 1;
  for (const [id, count] of Object.entries(counts)) element(id).textContent = String(count);
  const row = document.createElement('tr');
  const euro = payment ? (payment.amount / 100).toLocaleString('it-IT', { style: 'currency', currency: 'EUR' }) : '';
  const cells = [
    new Date(at).toLocaleTimeString(),
    name,
    payment?.notice?.creditor?.name ?? payment?.notice?.creditorFiscalCode ?? '',
    payment?.notice?.noticeNumber ?? '',
    euro,
    payment?.standIn ? 'Stand-In' : 'standard',
  ];
  for (const text of cells) row.insertCell().textContent = text;
  if (payment?.standIn) row.cells[5].className = 'stand-in';
  element('events').prepend(row);
  while (element('events').rows.length > LISTED) element('events').deleteRow(-1);
}
