namespace HybridRec.MLNet.ClosedForms;

/// <summary>The closed forms, by the number they have in a saved state.</summary>
internal enum FilterKind
{
    TurboCf,
    Ease,
    TextAwareEase,
    BlurringSharpening,
    ItemKnn,
    UserKnn,
    Ials,
}
