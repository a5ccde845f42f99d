// A screen in Compose over the view model. It is outside of the build here, which has no Android: nothing has compiled it.

package dev.earnest.till

import androidx.compose.foundation.layout.Column
import androidx.compose.material3.Button
import androidx.compose.material3.Text
import androidx.compose.material3.TextField
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import kotlinx.coroutines.launch

@Composable
fun TillScreen(till: Till, account: String) {
    val shown by till.shown.collectAsState()
    val scope = rememberCoroutineScope()
    var amount by remember { mutableStateOf("") }
    var pin by remember { mutableStateOf("") }
    Column {
        shown.balance?.let { Text(it.format(java.util.Locale.getDefault())) }
        shown.problem?.let { Text(it) }
        if (shown.needsPin) {
            TextField(value = pin, onValueChange = { pin = it })
            Button(onClick = { scope.launch { till.pin(pin); pin = "" } }) { Text("OK") }
        } else {
            TextField(value = amount, onValueChange = { amount = it })
            Button(onClick = { scope.launch { till.pay(account, "cafe", "$amount USD", bill = java.util.UUID.randomUUID().toString()) } }) {
                Text("Pay")
            }
        }
    }
}
