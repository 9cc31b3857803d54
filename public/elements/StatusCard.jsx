// What the assistant does now and for how long, and a way not to wait for it.
import { Button } from "@/components/ui/button"
import { useWaited } from "./parts/card.jsx"

export default function StatusCard() {
  const { sentence, asks, seconds, labels } = props
  const waited = useWaited(seconds)
  return (
    <div className="ea-status" data-announce={sentence}>
      <span className="ea-pulse" aria-hidden="true" />
      <span>{sentence}</span>
      {waited > 1 && (
        <span className="ea-muted" aria-hidden="true">
          {labels.waited.replace("{seconds}", waited)}
        </span>
      )}
      {asks && (
        <Button size="sm" variant="outline" onClick={() => callAction({ name: "just_write", payload: {} })}>
          {labels.just_write}
        </Button>
      )}
    </div>
  )
}
