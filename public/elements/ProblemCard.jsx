// Why the last step did not finish, and a way to run it again.
import { useEffect } from "react"
import { useChatData } from "@chainlit/react-client"
import { Button } from "@/components/ui/button"
import { RotateCcw, TriangleAlert } from "lucide-react"

export default function ProblemCard() {
  const { sentence, seen, labels } = props
  const { loading, connected } = useChatData()
  // Chainlit measures how far it can scroll before the card has its height, and again when the window changes.
  useEffect(() => void window.dispatchEvent(new Event("resize")), [])

  return (
    <section className="ea-card ea-problem" role="alert">
      <TriangleAlert aria-hidden="true" />
      <div>
        <p>{sentence}</p>
        <p className="ea-muted">{labels.kept}</p>
        <Button size="sm" disabled={loading || !connected} onClick={() => callAction({ name: "say", payload: { retry: true, seen } })}>
          <RotateCcw />{labels.retry}
        </Button>
      </div>
    </section>
  )
}
