; Takes deposits: it counts what each has put in.

(if (eq selector (selector "deposit()"))
  (set put-in (sload (tagged 1 (caller))))
  (sstore (tagged 1 (caller)) (add put-in (callvalue)))
  (stop))

(revert 0 0)
