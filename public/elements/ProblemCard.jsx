// Why the last step did not finish, and a way to run it again.
import { useChatData } from "@chainlit/react-client"
import { Button } from "@/components/ui/button"
import { RotateCcw, TriangleAlert } from "lucide-react"

export default function ProblemCard() {
  const { sentence, seen, labels } = props
  const { loading, connected } = useChatData()
  return (
    <section className="ea-card ea-problem" role="alert">
      <p className="ea-text"><TriangleAlert aria-hidden /> {sentence}</p>
      <Button size="sm" disabled={loading || !connected} onClick={() => callAction({ name: "say", payload: { text: "retry", seen } })}>
        <RotateCcw />{labels.retry}
      </Button>
    </section>
  )
}
