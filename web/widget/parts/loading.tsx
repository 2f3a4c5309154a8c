// Something is on its way.

export function Loading({ what }: { what: string }) {
  return (
    <div class="loading" role="status">
      <span class="hidden">{what}</span>
      <i />
      <i />
      <i />
    </div>
  );
}
